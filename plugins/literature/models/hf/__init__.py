"""Any causal language model of transformers, from a folder, a GGUF file or the local cache, under the forms of `guided`."""
