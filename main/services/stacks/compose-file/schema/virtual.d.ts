/** Made by build-plugin.ts from the Compose Specification's JSON schema. */
declare module 'virtual:compose-schema' {
  interface SchemaError {
    instancePath: string;
    keyword: string;
    params: Record<string, unknown>;
    message?: string;
  }
  interface Validate {
    (data: unknown): boolean;
    errors?: SchemaError[] | null;
  }
  const validate: Validate;
  export default validate;
}
