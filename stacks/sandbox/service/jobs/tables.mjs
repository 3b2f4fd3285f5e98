/** The tenants and users of the auth service's schema, with rows that name themselves as sandbox rows. */
export const TABLES = `
CREATE TABLE IF NOT EXISTS tenants (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name varchar(100) NOT NULL,
  slug varchar(50) NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9-]+$'),
  domain varchar(100) UNIQUE,
  status varchar(20) NOT NULL DEFAULT 'trial' CHECK (status IN ('active', 'trial', 'suspended', 'cancelled')),
  subscription_plan varchar(50) NOT NULL DEFAULT 'basic',
  trial_ends_at timestamptz,
  allowed_platforms json NOT NULL DEFAULT '[]',
  settings json NOT NULL DEFAULT '{}',
  max_users integer NOT NULL DEFAULT 10,
  api_rate_limit integer NOT NULL DEFAULT 1000,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE IF NOT EXISTS users (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
  email varchar(320) NOT NULL UNIQUE,
  role varchar(20) NOT NULL DEFAULT 'user' CHECK (role IN
    ('super_admin', 'tenant_admin', 'user', 'readonly', 'agent', 'service_account')),
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE IF NOT EXISTS embeddings (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
  embedding vector(3) NOT NULL
);
INSERT INTO tenants (name, slug, status) VALUES
  ('Sandbox tenant one', 'sandbox-one', 'active'),
  ('Sandbox tenant two', 'sandbox-two', 'trial')
ON CONFLICT (slug) DO NOTHING;
ALTER TABLE tenants OWNER TO bizosaas;
ALTER TABLE users OWNER TO bizosaas;
ALTER TABLE embeddings OWNER TO bizosaas;
`;
