-- 12345 hotline exchange (standards §7.2): systems, what came in, what goes out, and what both sides have of a day.
create table citizen.hotline_system (
  id uuid primary key,
  key text not null unique,
  name text not null,
  secret_enc text not null,
  secret_at timestamptz not null,
  webhook_url text,
  list_url text,
  crs text not null,
  enabled boolean not null,
  created_at timestamptz not null,
  created_by uuid not null,
  created_by_name text not null
);
comment on table citizen.hotline_system is 'Hotlines that send orders. The id is also the actor under which they become cases; the key is external_system of the case.';

create table citizen.hotline_nonce (
  system_id uuid not null references citizen.hotline_system,
  nonce text not null,
  at timestamptz not null,
  primary key (system_id, nonce)
);
create index hotline_nonce_at_ix on citizen.hotline_nonce (at);

create table citizen.hotline_order (
  system_id uuid not null references citizen.hotline_system,
  order_no text not null,
  case_id uuid unique references cases."case",
  last_seq int not null,
  out_seq int not null default 0,
  signed boolean not null default false,
  order_enc text not null,
  appeal_type text not null,
  confidential boolean not null,
  expected_deadline timestamptz,
  satisfaction text,
  withdrawn_at timestamptz,
  merged_into uuid,
  received_at timestamptz not null,
  sent_on date not null,
  primary key (system_id, order_no)
);
create index hotline_order_day_ix on citizen.hotline_order (system_id, sent_on);
create index hotline_order_merged_ix on citizen.hotline_order (merged_into) where merged_into is not null;
comment on column citizen.hotline_order.order_enc is 'The order as it came, encrypted: it names the caller.';
comment on column citizen.hotline_order.sent_on is 'Day of the city on which the hotline sent it: what reconciliation goes by.';
comment on column citizen.hotline_order.out_seq is 'Number of the last status message queued.';

create table citizen.hotline_incoming (
  system_id uuid not null,
  order_no text not null,
  seq int not null,
  kind text not null check (kind in ('order', 'supplement', 'urge', 'withdrawal', 'visit')),
  hash text not null,
  body_enc text not null,
  answer jsonb,
  received_at timestamptz not null,
  primary key (system_id, order_no, seq),
  foreign key (system_id, order_no) references citizen.hotline_order on delete cascade
);
comment on column citizen.hotline_incoming.answer is 'What was answered, for a repeat; null while it is being worked on.';

create table citizen.hotline_message (
  id uuid primary key,
  system_id uuid not null,
  order_no text not null,
  seq int not null,
  case_id uuid not null,
  status text not null,
  facts jsonb not null,
  body text,
  state text not null check (state in ('waiting', 'delivered', 'dead', 'skipped')),
  attempts int not null default 0,
  queued_at timestamptz not null,
  next_at timestamptz,
  delivered_at timestamptz,
  last_error text,
  unique (system_id, order_no, seq),
  foreign key (system_id, order_no) references citizen.hotline_order
);
create index hotline_message_head_ix on citizen.hotline_message (system_id, order_no, seq) where state in ('waiting', 'dead');
comment on column citizen.hotline_message.body is 'The text as it was first sent: a repeat is the same to the letter.';

create table citizen.hotline_reconciliation (
  system_id uuid not null references citizen.hotline_system,
  day date not null,
  at timestamptz not null,
  state text not null check (state in ('same', 'different', 'failed')),
  ours int not null,
  theirs int,
  missing_here text[] not null,
  missing_there text[] not null,
  error text,
  primary key (system_id, day)
);

create table citizen.hotline_category (
  category text primary key,
  class_code text not null
);
comment on table citizen.hotline_category is 'Category of a hotline → minor class of GB/T 47678.5-2026 (matters). What is not in it becomes 其他事项.';
insert into citizen.hotline_category (category, class_code) values
  ('暴露垃圾', '06010'), ('垃圾清运', '06010'), ('垃圾堆积', '06011'), ('渣土堆积', '06011'), ('环境卫生', '06012'), ('道路保洁', '06012'),
  ('道路破损', '06013'), ('路面坑洼', '06013'), ('道路遗撒', '06014'), ('绿化养护', '06017'), ('露天焚烧', '06020'), ('水体污染', '06026'),
  ('河道污染', '06026'), ('餐饮油烟', '06027'), ('油烟污染', '06027'), ('噪音扰民', '06028'), ('噪声污染', '06028'), ('露天烧烤', '06029'),
  ('污水外溢', '06030'), ('私搭乱建', '06001'), ('违法建设', '06001'), ('乱堆杂物', '06036'), ('私设地锁', '06040'), ('毁绿占绿', '06045'),
  ('小广告', '07001'), ('户外广告', '07003'), ('施工噪声', '08001'), ('夜间施工', '08001'), ('施工扰民', '08001'), ('施工占道', '08002'),
  ('工地扬尘', '08004'), ('无照经营', '09001'), ('流动摊贩', '09001'), ('店外经营', '09005'), ('占道经营', '09006'), ('机动车乱停', '09009'),
  ('违章停车', '09009'), ('非机动车乱停', '09010'), ('共享单车', '09011'), ('占用消防通道', '09012'), ('占用盲道', '09019'), ('路灯故障', '01037'),
  ('供水井盖', '01001'), ('污水井盖', '01002'), ('雨水井盖', '01003'), ('井盖缺失', '01023'), ('信号灯故障', '02014'), ('公共厕所', '03001'),
  ('垃圾箱', '03005'), ('行道树', '04002'), ('公园设施', '04009'), ('道路积雪', '10001'), ('线缆脱落', '10002');
