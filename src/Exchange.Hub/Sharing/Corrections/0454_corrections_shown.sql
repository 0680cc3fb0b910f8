alter table sharing.corrections add column fields text[], add column masked text[] not null default array[]::text[];
comment on column sharing.corrections.fields is 'Fields that the consumer was shown when it was raised; null for all. A change of others is not told.';
comment on column sharing.corrections.masked is 'Fields among them of which it saw a mask alone; a change of these is not told either.';
