create table t (v text primary key);
insert into t values ('a''b'), ('a\''c'), ('0');
