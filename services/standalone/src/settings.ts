import { modelSettings } from '@parley/ai-worker/settings'
import { identitySettings } from '@parley/gateway/settings'
import { moderationSettings, quotaSettings, retentionSettings } from '@parley/history/settings'
import { setting } from '@parley/kit'
import * as Type from 'typebox'

/** The standalone's settings, by the name of their environment variable. */
export const settings = {
  HOST: Type.String({ description: 'Address to listen on', default: '127.0.0.1' }),
  PORT: setting.port(8080),
  DATA_DIR: setting.text('Folder for the data, which is made where it is missing', { default: 'data' }),
  ...modelSettings,
  ...quotaSettings,
  ...retentionSettings,
  ...moderationSettings,
  ...identitySettings,
}
