//! Credential providers for Cumulo: environment, shared files, and role assumption with MFA.
