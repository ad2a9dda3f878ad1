-- Keys of ASP.NET's data protection, shared by replicas: a form that one of them gave out is taken by every other.
CREATE TABLE protection_keys (
    name       text   PRIMARY KEY,
    xml        text   NOT NULL,
    created_at bigint NOT NULL
);
