create type colour as enum ('red', 'blue');
create domain postcode as text check (value ~ '^[0-9]+$'); create domain fee as numeric(8,2);
create table t (a text, b varchar(5), c char(5), d uuid, e json, f jsonb, g boolean, h bytea, i colour, j postcode, k fee, l text[], m inet);
insert into t values (E'tab\t line\n back\\slash \r \b\f\v \\N "quote"', '张三', 'ab', '0d3fcb4c-7f3e-4d5c-8f53-0b6c6a8f8a51', '{"a" : 1}', '{"a" : 1}', true, '\x00ff5c0a', 'blue', '0123', 1.5, array['x','y z',null], '10.0.0.1/8'),
 ('', '', '', null, 'null', '[]', false, '', 'red', '1', 0, '{}', null), (E'\\N', '𠂇', null, null, null, null, null, null, null, null, null, null, null);
