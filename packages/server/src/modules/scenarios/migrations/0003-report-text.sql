-- The document is kept as the text that was hashed, so that the hash can be checked again.
alter table scenarios.report alter column document type json using document::json;
alter table scenarios.report_run add column told_at timestamptz;
