pragma encoding='UTF-16le';
create table t (v text, b blob);
insert into t values ('张三 é', x'00ff');