-- One row for each call to each target: what it costs to write it is what a delivery costs.
alter table delivery.attempts alter column request type json, alter column response type json;
alter table delivery.attempts drop constraint attempts_pkey;
drop index delivery.attempts_of_subscriptions;
alter table delivery.attempts add primary key (subscription_id, id);
drop index delivery.attempts_by_age;
create index attempts_by_age on delivery.attempts using brin (at);
