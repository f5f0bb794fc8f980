-- Run once by the PostgreSQL image in an empty database, as the user "postgres".
-- One role owns the tables; the other one works and sees one practice at a time.
\getenv owner_password AFTERWORD_OWNER_PASSWORD
\getenv work_password AFTERWORD_WORK_PASSWORD
CREATE ROLE afterword_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE afterword LOGIN PASSWORD :'work_password';
CREATE DATABASE afterword OWNER afterword_owner;
