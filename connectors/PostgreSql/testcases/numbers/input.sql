create table t (a smallint, b integer, c bigint, d numeric(10,2), e numeric, f real, g double precision, h money, i oid);
insert into t values (-32768, 2147483647, -9223372036854775808, 0.90, 12345678901234567890.123456789012345678901234567890, 0.1, 0.1, null, 4294967295),
 (null, 0, 0, -0.5, 'NaN', 'NaN', 'Infinity', null, 0), (1, 1, 1, 99999999.99, '-0', -1e-30, 1e20, null, 1), (1, 1, 1, 1, 1e-5, 3.4e38, -5e-324, null, 1);
