create table t (a date, b time, c timestamp, d timestamptz, e timetz, f interval);
insert into t values ('2024-02-29','23:59:59','2024-02-29 10:20:30','2024-02-29 10:20:30+08','10:20:30+08','1 day 2 hours'),
 ('infinity','24:00:00','-infinity','infinity','00:00:00-05:30','-1 mon'),
 ('0044-03-15 BC','00:00:00.000001','0044-03-15 12:00:00 BC','0044-03-15 12:00:00+00 BC',null,null),
 ('10000-01-01','10:20:30.5','10000-01-01 00:00:00.25','2024-02-29 10:20:30.123456+00',null,null);
