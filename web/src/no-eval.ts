import { Settings } from 'typebox/system'

// The page's Content-Security-Policy forbids code made at run time, which validators are compiled to elsewhere.
// Imported before everything else.
Settings.Set({ useAcceleration: false })
