-- A reporter may withdraw the consent (个人信息保护法 art. 15, 47): name and number go, that they went stays.
alter table cases.contact add column forgotten_at timestamptz;
comment on column cases.contact.forgotten_at is 'When name and number were deleted at the wish of the person.';
