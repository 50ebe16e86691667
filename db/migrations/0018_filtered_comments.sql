-- What a comment said before sensitive words in it were masked: for moderators, who read it with the comment. Null when
-- nothing was masked.
alter table social.comments
  add column original_content text,
  add constraint comments_original_content_length_check check (char_length(original_content) between 1 and 500);
