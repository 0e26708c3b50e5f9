"""The store on PostgreSQL (`storage`): Parse Server's own tables, asked in SQL that means what MongoDB would."""
