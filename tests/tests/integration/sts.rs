//! STS: who am I, and roles with and without MFA.
