"""The OpenAPI 3.1 document, made from the routes' declarations and the types that read their bodies."""
