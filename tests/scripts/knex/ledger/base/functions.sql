CREATE TABLE entries (
  id bigserial PRIMARY KEY,
  account_id integer NOT NULL REFERENCES books.accounts (id),
  amount numeric(14, 2) NOT NULL,
  at timestamptz NOT NULL DEFAULT now()
);

CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.at := now();
  RETURN NEW;
END
$$;
