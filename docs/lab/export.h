#ifndef DOCS_LAB_EXPORT_H_
#define DOCS_LAB_EXPORT_H_

// A function that JavaScript can call: EXPORT(Name) int Name() { ... }
#define EXPORT(name) extern "C" __attribute__((export_name(#name)))

#endif  // DOCS_LAB_EXPORT_H_
