create table t (v text);
insert into t values ('a
b'),('quote " and '' '),(char(0x1F600)),('𠂇');