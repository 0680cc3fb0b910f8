alter table catalog.datasets add column small_count int check (small_count >= 2);
comment on column catalog.datasets.small_count is 'Counts told outside of the department are rounded down to a multiple of this.';
