grant usage on schema sharing to :application;
