//! What frameworks do to the values that pass through them: rows that leave a query and arrive in a component went
//! through a router, a hook, a validator. One file per framework, as for ORMs.

mod angular;
mod collections;
mod component;
mod fetching;
mod form;
mod fp_ts;
mod graphql;
mod mocking;
mod next_auth;
mod pytest;
mod python;
mod react;
mod rowless;
mod rxjs;
mod server;
mod trpc;
mod zod;
mod zustand;

use crate::code::library::Library;

/// The knowledge of every framework.
pub fn libraries<'p>() -> Vec<Box<dyn Library + 'p>> {
    vec![
        Box::new(trpc::Trpc),
        Box::new(fetching::Fetching),
        Box::new(zod::Zod),
        Box::new(zustand::Zustand),
        Box::new(react::React),
        Box::new(rxjs::Rxjs),
        Box::new(fp_ts::FpTs),
        Box::new(angular::Angular),
        Box::new(component::Components),
        Box::new(server::Servers),
        Box::new(form::Forms),
        Box::new(rowless::Rowless),
        Box::new(collections::Collections),
        Box::new(graphql::GraphQl),
        Box::new(mocking::Mocking),
        Box::new(next_auth::NextAuth),
        Box::new(python::PythonFrameworks),
        Box::new(pytest::Pytest),
    ]
}
