grant usage on schema delivery to :application;
grant select, insert, update, delete on delivery.exports to :application;
