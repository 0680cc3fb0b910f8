grant usage on schema delivery to :application;
grant select, insert, update on delivery.subscriptions to :application;
grant select, insert, delete on delivery.attempts to :application;
grant select, insert, update on delivery.licences, delivery.licence_keys to :application;
grant select, insert, update, delete on delivery.exports to :application;
grant select, insert, update, delete on delivery.webhook_keys, delivery.dead_letters to :application;
grant select, insert, update on delivery.drops to :application;
grant select, insert, delete on delivery.drop_files to :application;
