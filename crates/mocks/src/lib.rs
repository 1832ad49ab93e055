//! mockall mocks of every Cumulo service trait.
