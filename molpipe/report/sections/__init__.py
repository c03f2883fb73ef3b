"""The sections of the HTML report: what each template shows, prepared without any markup."""
