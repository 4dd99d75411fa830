ALTER TABLE orders DROP COLUMN note;

-- Addresses differ in more than case only by mistake.
ALTER TABLE customers DROP CONSTRAINT customers_email_key;
CREATE UNIQUE INDEX customers_email_lower_key ON customers (lower(email));

-- Nobody ever filled it in.
ALTER TABLE suppliers DROP COLUMN note;
