-- What the generator says each row is, what the service answered, and what is to be expected.

CREATE TABLE facts (
    file TEXT, row INTEGER, ref TEXT, person INTEGER, other INTEGER, with_second INTEGER, problem TEXT, place TEXT,
    email TEXT, has_name INTEGER, has_office INTEGER, has_city INTEGER, has_note INTEGER
);

CREATE TABLE answers (
    file TEXT, row INTEGER, ref TEXT, outcome TEXT, lead_id TEXT, reason TEXT, detail TEXT, duplicate_of TEXT
);

CREATE TABLE expected (
    file TEXT, row INTEGER, ref TEXT, outcome TEXT, person INTEGER, other INTEGER, reason TEXT, detail TEXT,
    duplicate_of TEXT
);

-- The people who have a lead, and what is known of them.
CREATE TABLE leads (
    person INTEGER, has_second INTEGER, email TEXT, has_name INTEGER, has_office INTEGER, has_city INTEGER,
    has_note INTEGER
);
