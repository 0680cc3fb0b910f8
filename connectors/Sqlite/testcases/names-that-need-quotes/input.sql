create table "order ""2024"" [x]" ("select" integer primary key, "a b" text);
insert into "order ""2024"" [x]" values (1, 'v');