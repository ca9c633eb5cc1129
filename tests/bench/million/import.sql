-- What becomes of the rows of the file :file, by the rules of imports: `fill`, and `overwrite` for emails.

-- Rows about one person, beside what was known of that person before the file.
CREATE TABLE compared AS
SELECT
    facts.row, facts.ref, facts.person, facts.with_second, facts.email,
    facts.has_name, facts.has_office, facts.has_city, facts.has_note,
    CASE WHEN leads.person IS NULL THEN 0 ELSE 1 END AS is_known,
    CASE
        WHEN leads.person IS NULL THEN 1
        WHEN facts.email <> '' AND facts.email <> leads.email THEN 1
        WHEN facts.has_name > leads.has_name OR facts.has_office > leads.has_office THEN 1
        WHEN facts.has_city > leads.has_city OR facts.has_note > leads.has_note THEN 1
        ELSE 0
    END AS is_news,
    CASE WHEN facts.with_second > COALESCE(leads.has_second, 0) THEN 1 ELSE 0 END AS adds_number
FROM facts LEFT JOIN leads ON leads.person = facts.person
WHERE facts.file = :file AND facts.problem = '' AND facts.other = -1;

-- Of the rows that would change a lead, the first one does.
CREATE TABLE winners AS
SELECT * FROM compared
WHERE row IN (SELECT MIN(row) FROM compared WHERE is_news = 1 OR adds_number = 1 GROUP BY person);

INSERT INTO expected
SELECT
    :file, compared.row, compared.ref,
    CASE
        WHEN compared.row = winners.row AND compared.is_known = 1 THEN 'updated'
        WHEN compared.row = winners.row THEN 'created'
        WHEN compared.is_news = 1 OR (compared.adds_number = 1 AND winners.adds_number = 0) THEN 'skipped'
        ELSE 'unchanged'
    END,
    compared.person, -1, '', '', CAST(winners.row AS TEXT)
FROM compared LEFT JOIN winners ON winners.person = compared.person;

UPDATE expected SET reason = 'duplicate_in_file' WHERE outcome = 'skipped';
UPDATE expected SET duplicate_of = '' WHERE outcome <> 'skipped';

INSERT INTO expected
SELECT file, row, ref, 'failed', -1, -1, problem, place, '' FROM facts WHERE file = :file AND problem <> '';

INSERT INTO expected
SELECT file, row, ref, 'ambiguous', person, other, 'identities_of_several_leads', '', ''
FROM facts WHERE file = :file AND problem = '' AND other <> -1;

-- What is known after the file.
CREATE TABLE after_file AS
SELECT
    winners.person,
    CASE WHEN winners.with_second > COALESCE(leads.has_second, 0) THEN 1 ELSE COALESCE(leads.has_second, 0) END
        AS has_second,
    CASE WHEN winners.email <> '' THEN winners.email ELSE COALESCE(leads.email, '') END AS email,
    CASE WHEN winners.has_name > COALESCE(leads.has_name, 0) THEN 1 ELSE COALESCE(leads.has_name, 0) END AS has_name,
    CASE WHEN winners.has_office > COALESCE(leads.has_office, 0) THEN 1 ELSE COALESCE(leads.has_office, 0) END
        AS has_office,
    CASE WHEN winners.has_city > COALESCE(leads.has_city, 0) THEN 1 ELSE COALESCE(leads.has_city, 0) END AS has_city,
    CASE WHEN winners.has_note > COALESCE(leads.has_note, 0) THEN 1 ELSE COALESCE(leads.has_note, 0) END AS has_note
FROM winners LEFT JOIN leads ON leads.person = winners.person;

DELETE FROM leads WHERE person IN (SELECT person FROM after_file);
INSERT INTO leads SELECT person, has_second, email, has_name, has_office, has_city, has_note FROM after_file;

DROP TABLE after_file;
DROP TABLE winners;
DROP TABLE compared;
