-- The expected rows as the service should have answered them, with the ids that it gave the leads.

CREATE TABLE ids AS
SELECT expected.person, MIN(answers.lead_id) AS lead_id
FROM expected JOIN answers ON answers.file = expected.file AND answers.row = expected.row
WHERE expected.outcome = 'created' AND answers.outcome = 'created'
GROUP BY expected.person;

CREATE TABLE right_answers AS
SELECT
    expected.file, expected.row, expected.ref, expected.outcome,
    CASE
        WHEN expected.outcome = 'failed' THEN ''
        WHEN expected.outcome <> 'ambiguous' THEN one.lead_id
        WHEN one.lead_id < other.lead_id THEN one.lead_id || ' ' || other.lead_id
        ELSE other.lead_id || ' ' || one.lead_id
    END AS lead_id,
    expected.reason, expected.detail, expected.duplicate_of
FROM expected
LEFT JOIN ids AS one ON one.person = expected.person
LEFT JOIN ids AS other ON other.person = expected.other;
