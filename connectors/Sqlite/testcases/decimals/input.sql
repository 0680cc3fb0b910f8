create table d (v decimal(12,3), w numeric);
insert into d values (1,1),(1.5,1.5),(0.001,1e20),(-7.25,'1.10'),(123456789.123,null),('x',9e999);