create table person (id integer primary key, name text, born date, fee numeric(10,2), paid boolean, changed datetime, photo blob, score real, note);
insert into person values (1,'张三','1990-02-28',12.5,1,'2024-01-02 03:04:05',x'00ff','0.1',7),(2,'','30/02/1990',3,0,'2024-01-02 03:04:05.250',null,1e300,'007'),(3,null,null,'12345678901234567890.123',2,'yesterday','text',-1.5,2.5);
