"""What comes with a model beside its own files: a sample project, and golden pictures to check a backend by."""
