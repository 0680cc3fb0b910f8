grant usage on schema runs to :application;
grant select, insert, update on runs.runs to :application;
grant select, insert, delete on runs.rejects, runs.held_changes to :application;
