grant usage on schema delivery to :application;
grant select, insert, update on delivery.subscriptions to :application;
grant select, insert, delete on delivery.attempts to :application;
grant select, insert, update, delete on delivery.webhook_keys, delivery.dead_letters to :application;
