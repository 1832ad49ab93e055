//! The trait of a service's operations: declared once, implemented by the client, by fakes and by mocks.

use crate::err_code;
use crate::error::Error;

/// What the default body of a trait method answers. Called by generated code.
#[doc(hidden)]
pub fn not_implemented(operation: &'static str) -> Error {
    Error::new(
        err_code::NOT_IMPLEMENTED,
        "this implementation of the service's trait does not have the operation",
    )
    .in_call(operation, 0)
}

/// Declares the trait of a service and implements it for its client and for pointers to an implementation (`&T`, `Box<T>`,
/// `Arc<T>`, also of `dyn`). Called by generated code.
///
/// The methods have the signature that `#[async_trait]` writes, so that implementors can use that macro; in the
/// documentation they are shown as `async fn`.
#[doc(hidden)]
#[macro_export]
macro_rules! service_api {
    (
        $(#[$meta:meta])*
        trait $api:ident for $client:ty {
            $($(#[$method_meta:meta])* $method:ident / $request:ident ($input:ty) -> $output:ty = $operation:literal;)*
        }
    ) => {
        $(#[$meta])*
        #[cfg(not(doc))]
        pub trait $api: Send + Sync {
            $(
                $(#[$method_meta])*
                fn $method<'life0, 'async_trait>(
                    &'life0 self,
                    input: $input,
                ) -> ::std::pin::Pin<Box<dyn Future<Output = Result<$output, $crate::Error>> + Send + 'async_trait>>
                where
                    'life0: 'async_trait,
                    Self: 'async_trait,
                {
                    let _ = input;
                    Box::pin(::std::future::ready(Err($crate::iface::not_implemented($operation))))
                }
            )*
        }

        #[cfg(not(doc))]
        impl $api for $client {
            $(
                #[inline]
                fn $method<'life0, 'async_trait>(
                    &'life0 self,
                    input: $input,
                ) -> ::std::pin::Pin<Box<dyn Future<Output = Result<$output, $crate::Error>> + Send + 'async_trait>>
                where
                    'life0: 'async_trait,
                    Self: 'async_trait,
                {
                    Box::pin(self.$request(input).send())
                }
            )*
        }

        $crate::service_api!(@forward $api [&T] $($method ($input) -> $output;)*);
        $crate::service_api!(@forward $api [Box<T>] $($method ($input) -> $output;)*);
        $crate::service_api!(@forward $api [::std::sync::Arc<T>] $($method ($input) -> $output;)*);

        #[cfg(not(doc))]
        const _: fn(&dyn $api) = |_| {};

        $(#[$meta])*
        #[cfg(doc)]
        #[allow(async_fn_in_trait, reason = "shown in the documentation only")]
        pub trait $api: Send + Sync {
            $(
                $(#[$method_meta])*
                async fn $method(&self, input: $input) -> Result<$output, $crate::Error> {
                    let _ = input;
                    Err($crate::iface::not_implemented($operation))
                }
            )*
        }

        #[cfg(doc)]
        impl $api for $client {
            $(
                async fn $method(&self, input: $input) -> Result<$output, $crate::Error> {
                    self.$request(input).send().await
                }
            )*
        }
    };
    // A pointer to an implementation hands every call to it, defaults included.
    (@forward $api:ident [$pointer:ty] $($method:ident ($input:ty) -> $output:ty;)*) => {
        #[cfg(not(doc))]
        impl<T: $api + ?Sized> $api for $pointer {
            $(
                fn $method<'life0, 'async_trait>(
                    &'life0 self,
                    input: $input,
                ) -> ::std::pin::Pin<Box<dyn Future<Output = Result<$output, $crate::Error>> + Send + 'async_trait>>
                where
                    'life0: 'async_trait,
                    Self: 'async_trait,
                {
                    (**self).$method(input)
                }
            )*
        }

        #[cfg(doc)]
        impl<T: $api + ?Sized> $api for $pointer {
            $(
                async fn $method(&self, input: $input) -> Result<$output, $crate::Error> {
                    (**self).$method(input).await
                }
            )*
        }
    };
}
