#ifndef DOCS_LAB_EXPORT_H_
#define DOCS_LAB_EXPORT_H_

// A function that JavaScript can call: EXPORT(Name) int Name() { ... }
#ifdef __wasm__
#define EXPORT(name) extern "C" __attribute__((export_name(#name)))
#else
#define EXPORT(name) extern "C"
#endif

#endif  // DOCS_LAB_EXPORT_H_
