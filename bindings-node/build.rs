//! Sets the linker options that an addon needs on macOS and Windows.

fn main() {
    napi_build::setup();
}
