grant usage on schema sharing to :application;
grant select, insert, update on sharing.grants to :application;
grant select, insert on sharing.uses to :application;
grant select, insert, update on sharing.requests to :application;
grant select, insert on sharing.request_steps to :application;
grant select, insert, update on sharing.clocks, sharing.tasks, sharing.mail, sharing.corrections, sharing.announcements to :application;
grant delete on sharing.mail to :application;
