create schema delivery;
