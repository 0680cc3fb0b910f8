create table t (id integer primary key, changed timestamp, v text);
insert into t values (1,'2024-01-01','a'),(2,'2024-01-03','b'),(3,'2024-01-02','c'),(4,'2024-01-03','d'),(5,null,'e');
