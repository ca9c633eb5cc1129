"""The routes, bodies and schemas of file imports, and their GraphQL resolvers."""
