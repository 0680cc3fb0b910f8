create table t (id integer primary key, v text);
insert into t values (1,'a'),(2,'b');
create view only_b as select id, v from t where v='b';