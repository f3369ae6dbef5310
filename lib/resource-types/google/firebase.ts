import type { ResourceType } from '../resource-type';

export const firebase: readonly ResourceType[] = [
  {
    names: ['google_firebase_project'],
    what: 'a Firebase project',
    deletion: {
      kind: 'service',
      impact: 'its management: Firebase cannot be removed from a project, so that Terraform only forgets it',
      recovery: 'complete, by importing it',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
  {
    names: ['google_firebase_database_instance'],
    what: 'a Realtime Database instance',
    deletion: {
      kind: 'data',
      impact: 'all of its data',
      recovery: 'the automatic backup of the day before, when it was turned on',
      source: 'https://firebase.google.com/docs/database/backups',
    },
    price: { unpriced: 'storage and traffic by their size', isLarge: false },
  },
  {
    names: ['google_firebase_android_app', 'google_firebase_apple_app', 'google_firebase_web_app'],
    what: 'a Firebase app',
    deletion: {
      kind: 'service',
      impact: 'its clients: they use its id and its keys',
      recovery: 'the app, within 30 days, by undeleting it',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
  {
    names: ['google_firebaserules_release', 'google_firebaserules_ruleset'],
    what: 'security rules of Firebase',
    deletion: {
      kind: 'service',
      impact: 'the protection of Firestore and Cloud Storage by them',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
  {
    names: [],
    family: /^google_firebase_app_check_/,
    what: 'an App Check configuration',
    deletion: {
      kind: 'service',
      impact: 'the protection against clients that are not the app',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
  {
    names: [
      'google_firebase_hosting_site',
      'google_firebase_hosting_custom_domain',
      'google_firebase_hosting_channel',
      'google_firebase_hosting_release',
      'google_firebase_hosting_version',
      'google_firebase_app_hosting_backend',
      'google_firebase_app_hosting_build',
      'google_firebase_app_hosting_default_domain',
      'google_firebase_app_hosting_domain',
      'google_firebase_app_hosting_traffic',
      'google_firebase_data_connect_service',
      'google_firebase_storage_bucket',
      'google_firebase_extensions_instance',
    ],
    what: 'a part of Firebase',
    deletion: {
      kind: 'service',
      impact: 'what it serves',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { unpriced: 'storage and traffic by their size', isLarge: false },
  },
  {
    names: ['google_identity_platform_config', 'google_identity_platform_tenant'],
    what: 'users of Identity Platform',
    deletion: {
      kind: 'service',
      impact: 'its settings; the users of a deleted tenant too',
      recovery: 'the settings, from Terraform; not the users of a tenant',
      severity: 'refuse',
    },
    price: { unpriced: 'a price for each active user', isLarge: false },
  },
  {
    names: [],
    family: /^google_identity_platform_(?!config$|tenant$)/,
    what: 'a sign-in method of Identity Platform',
    deletion: {
      kind: 'service',
      impact: 'the sign-in of users by it',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
];
