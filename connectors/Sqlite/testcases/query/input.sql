create table t (id integer primary key, v text);
insert into t values (1,'a'),(2,'b');