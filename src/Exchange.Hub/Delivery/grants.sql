grant usage on schema delivery to :application;
