//! Open enums: named text values of a service, where a value the SDK does not know is kept as it came.

/// Declares an open enum: a type over text with a constant for each known value.
///
/// Called by generated code. The type converts from any text, compares with text, and is matched through `as_str()`.
///
/// ```
/// cumulo_core::open_enum! {
///     /// How an object is stored.
///     StorageClass {
///         STANDARD = "STANDARD",
///         GLACIER = "GLACIER",
///     }
/// }
///
/// assert_eq!(StorageClass::GLACIER, "GLACIER");
/// assert_eq!(StorageClass::from("NEW_CLASS").as_str(), "NEW_CLASS");
/// assert_eq!(StorageClass::values(), ["STANDARD", "GLACIER"]);
/// ```
#[macro_export]
macro_rules! open_enum {
    ($(#[$meta:meta])* $name:ident { $($(#[$value_meta:meta])* $constant:ident = $value:literal),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(::std::borrow::Cow<'static, str>);

        impl $name {
            $(
                $(#[$value_meta])*
                #[doc = concat!("`", $value, "`")]
                pub const $constant: Self = Self(::std::borrow::Cow::Borrowed($value));
            )*

            /// The value as the service writes it.
            #[inline]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Every value known to this version.
            pub const fn values() -> &'static [&'static str] {
                &[$($value),*]
            }
        }

        impl ::std::convert::From<&str> for $name {
            #[inline]
            fn from(value: &str) -> Self {
                Self(value.to_owned().into())
            }
        }

        impl ::std::convert::From<String> for $name {
            #[inline]
            fn from(value: String) -> Self {
                Self(value.into())
            }
        }

        impl ::std::convert::AsRef<str> for $name {
            #[inline]
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl ::std::cmp::PartialEq<str> for $name {
            #[inline]
            fn eq(&self, other: &str) -> bool {
                self.0 == other
            }
        }

        impl ::std::cmp::PartialEq<&str> for $name {
            #[inline]
            fn eq(&self, other: &&str) -> bool {
                self.0 == *other
            }
        }

        impl ::std::fmt::Debug for $name {
            #[inline]
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Debug::fmt(&*self.0, f)
            }
        }

        impl ::std::fmt::Display for $name {
            #[inline]
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(&self.0)
            }
        }

        impl $crate::shape::Text for $name {
            #[inline]
            fn set_text(&mut self, text: String) {
                self.0 = text.into();
            }
        }

        impl $crate::shape::Field for $name {
            #[inline]
            fn as_ref(&self) -> $crate::shape::Ref<'_> {
                $crate::shape::Ref::String(&self.0)
            }
            #[inline]
            fn as_mut(&mut self) -> $crate::shape::Mut<'_> {
                $crate::shape::Mut::String(self)
            }
        }
    };
}
